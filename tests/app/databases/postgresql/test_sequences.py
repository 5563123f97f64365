from app.databases.postgresql.connections import connect
from app.databases.postgresql.sequences import SequenceValue, read_sequences, set_sequences
from tests.app.databases.postgresql.servers import Server
from tests.app.databases.postgresql.structures import making

SQL = """
CREATE SEQUENCE fresh START 40;
CREATE SEQUENCE used; SELECT nextval('used'), nextval('used');
CREATE SEQUENCE "Odd ""name"; SELECT setval('"Odd ""name"', 7, false);
CREATE SEQUENCE down INCREMENT -2 MINVALUE -10 MAXVALUE 100 START 100; SELECT nextval('down');
CREATE TABLE a (id int GENERATED ALWAYS AS IDENTITY, b serial); INSERT INTO a (b) VALUES (1), (2), (3);
"""


def test_the_copys_sequences_go_on_where_the_sources_stand(server18: Server) -> None:
    with making(server18, SQL) as made:
        assert {(v.name, v.value, v.called) for v in made.sequences} == {
            ("fresh", 40, False),
            ("used", 2, True),
            ('Odd "name', 7, False),
            ("down", 100, True),
            ("a_id_seq", 3, True),
            ("a_b_seq", 1, False),
        }
        made.restore()
        gone = SequenceValue("public", "left out", 3, True)
        with connect(made.place, read_only=False) as session:
            set_sequences(session, [*made.sequences, gone])
            assert sorted(read_sequences(session), key=repr) == sorted(made.sequences, key=repr)
        assert made.found("SELECT nextval('used'), nextval('fresh'), nextval('down')") == [(3, 40, 98)]


def test_any_number_of_sequences_is_read(server18: Server) -> None:
    sql = "DO $$ BEGIN FOR n IN 1..450 LOOP EXECUTE format('CREATE SEQUENCE s_%s START %s', n, n); END LOOP; END $$"
    with making(server18, sql) as made:
        assert sorted(v.value for v in made.sequences) == list(range(1, 451))
        made.restore()
        with connect(made.place, read_only=False) as session:
            set_sequences(session, made.sequences)
            assert read_sequences(session) == made.sequences
