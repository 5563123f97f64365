"""What words in column and table names mean: English first, then German, French, Norwegian and Spanish.

Each line gives a word its concepts. Words are written as names are after folding: lower case, without accents
(ø is o, å is a, ß is ss, æ is ae; German ä, ö and ü also come spelt ae, oe, ue).
"""

from collections.abc import Mapping

# concepts: words. A word may stand in several places and then carries all of their concepts. Indented lines go on.
_WORDS = """
given: first given fore christian vor
family: last family sur maiden second etter
name: name names navn nom nombre naam nome namn bezeichnung
given name: firstname forename givenname fname fornavn vorname vornamen rufname prenom prenoms nombres middlename
  midname   mellomnavn zweitname
given: middle mittel mellom zweit
family name: zuname patronymic otchestvo maidenname surname lastname lname nachname familienname etternavn slektsnavn
  apellido apellidos geburtsname madchenname maedchenname
nickname: nick nickname kallenavn spitzname surnom apodo alias aka
full name: fullname vollname fulltnavn displayname realname nomcomplet nombrecompleto screenname
full: full voll display real fulltt fullt complet complete completo
initials: initials initialen initialer
author: author authors composer composers writer writers artist performer singer director actor actress editor
  translator photographer autor auteur forfatter komponist compositeur compositor regisseur verfasser kunstner
agent: erfasser sachbearb betreuer kundenberater agent rep representative salesperson salesman seller salgsperson
  verkaufer verkaeufer vendeur vendedor saksbehandler sachbearbeiter caseworker adjuster underwriter csr producer
  broker handler assignee approver reviewer owner manager supervisor chef leder ansprechpartner kontaktperson
  contactperson signatory signer operator
by: by von af av par por
made: angelegt registriert registrert created changed updated modified deleted inserted entered edited approved
  reviewed assigned reported requested submitted signed checked completed closed opened endret opprettet erstellt
  geandert geaendert modifie cree creado modificado
email: mailto emailaddy email emails rfc822 mail mails epost epostadresse courriel correo mailadresse mailaddr
  emailaddr emailaddress emailadresse upn courriels
message: message messages msg msgs nachricht nachrichten melding meldinger mensaje mensajes chat sms
phone: rufnr festnetz phone phones telephone tel tlf telf telefon telefono telefonnr telefonnummer cell cellphone
  mobile mobil mobiltelefon handy portable movil celular fax faxnr telefax pager telex msisdn whatsapp rufnummer
  mobilnr
extension: extension ext durchwahl
area: area vorwahl retningsnummer
dial: dialing dialling
address: address addresses addr addr1 adresse adressen anschrift direccion domicilio domicile location adress
street: street str strasse stras rue calle gate gata vei veien gateadresse gatenavn strassenname voie road avenue
  hausnummer hausnr housenumber husnummer housenr apartment apt suite building address1 address2 address3 addr2 addr3
  adresse1 adresse2 adr adr1 adr2 line1 line2 street1 street2 wohnung leilighet colonia postfach postboks pobox
city: stadtteil bydel barrio city cities town ort ort01 stadt ville poststed sted ciudad poblacion municipality
  kommune gemeinde commune localidad suburb village wohnort municipio localite
postcode: codpostal postcode postal zip zipcode zip4 plz pstlz postleitzahl postnr postnummer codepostal cp codigopostal
  postalcode
post: post postal
region: region state province county district bundesland fylke departement provincia comunidad landkreis kanton canton
  prefecture estado regio governorate
country: country countries land laender pays pais nation iso2 iso3 countrycode landcode landkode
nationality: staatsang nationality nationalitat nationalitaet staatsangehorigkeit staatsangehoerigkeit nationalite
  statsborgerskap nacionalidad citizenship
birth city: birthplace geburtsort fodested
place: place lieu lugar
birth: fodselsaar fdato ddn fnac gdb birth birthday birthdate dob geb gebdat geburt geburts geburtsdatum geburtstag
  fodt fodsel fodsels fodselsdato fodselsdag naissance nacimiento bday cumpleanos born yob
date: date datum dato fecha day tag dag jour dia jahr year ar annee ano month monat maned mois mes time zeit tid hora
  heure
timestamp: timestamp ts datetime
moment: at on am
created: angelegt eroffnet endret lagt registrert
businessline: line lines sparte linje branche bransje
numbered: policy police polise poliza claim skade schaden sinistre siniestro contract vertrag avtale contrat contrato
  member membership patient student loyalty licence license
death: death deceased tod todesdatum dod dodsdato deces fallecimiento
age: age alter alder edad
gender: geschl gender sex geschlecht kjonn sexe genero sexo pronoun pronouns
salutation: mrmrs salutation courtesy anrede titel civilite honorific tiltale tratamiento saludo
title: title titre titulo tittel
jobtitle: jobtitle job occupation profession position beruf yrke stilling metier puesto ocupacion cargo tatigkeit
  taetigkeit berufsbezeichnung stillingstittel contacttitle
marital: familienst marital married familienstand civilstatus sivilstand sivilstatus estadocivil zivilstand spouse
  ektefelle conjoint conyuge
relation: relationship verwandtschaft kin
nationalid: idnummer sosnr avs nss numss codicefiscale cedula rut cuil dui
  ssn socialsecurity sin nin nino cpr personnummer personnr pnr fodselsnummer fodselsnr fnr dnummer nir nif
  dni nie curp rfc cpf pesel bsn sozialversicherungsnummer svnr svnummer ahv numerosecuritesociale secu passport
  passeport pasaporte reisepass ausweis ausweisnummer personalausweis taxid taxno steuerid steuernummer steuernr
  steuer tin ein fein fedid itin vat vatid vatno ustid ustidnr tva orgnr orgnummer organisasjonsnummer siren siret cif
  nhs medicare licenseno licenceno driverslicense driverlicense dlno fuhrerschein fuehrerschein forerkort permis
  identitynumber nationalid aadhaar npn duns taxidentifier
social: social
security: security
passportno: passport passnr
driver: driver drivers driving forer fahrer
license: license licence lisens fuhrerscheinnr permit
tax: tax fiscal skatt mva impuesto
federal: fed federal
identity: identity ident identification identifikation
bank: bank iban bic swift kto konto kontonr kontonummer bankkonto bankleitzahl blz rib clabe cuenta compte
  cuentabancaria routing aba sortcode banque banco kontoinhaber debtor creditor
iban: iban bban kto kontonummer kontonr bankaccount accountnumber accountno bankkonto cuentabancaria clabe rib
  bankaccountnumber routing routingnumber sortcode
account: account acct acc
card: creditcard cardno cardnumber ccnumber ccno ccnum pan kreditkarte kreditkort kortnummer cartebancaire tarjeta
  debitcard kartennummer cvv cvc
cardword: card karte kort carte cc
banksort: sort
credit: credit debit kredit
holder: holder cardholder inhaber innehaver titulaire titular beneficiary payee payer
secret: hashed connectionstring connstr dsn password passwords passwd pwd pass passwort kennwort passord motdepasse
  mdp contrasena clave secret secrets salt passhash passwordhash pwhash passphrase pin pincode puk otp totp mfa
  totpsecret securityanswer hash encryptpassword ftppassword
token: tok pkey pem cert token tokens apikey apikeys accesstoken refreshtoken accesskey privatekey secretkey bearer
  jwt session sessionid sessid cookie cookies csrf xsrf nonce signature credential credentials auth oauth clientsecret
  webhooksecret
key: key schlussel schluessel nokkel cle
api: api access refresh private webhook client
username: username usernames login logins loginname logon loginid benutzername benutzerkennung anmeldename brukernavn
  handle samaccountname uname screen principal adlogin
user: user users benutzer bruker brukere utilisateur usuario nutzer anwender
ip: ip ipaddr ipaddress ipadresse ipv4 ipv6 remoteaddr remoteip clientip hostip
device: mac macaddress imei imsi udid deviceid fingerprint useragent devicetoken pushtoken serial serialnumber
  seriennummer idfa gaid
vehicle: kfz vin licenseplate licenceplate plate kennzeichen kjennemerke regnr registreringsnummer plaque
  immatriculation matricula numberplate fahrgestellnummer chassis
url: smtp pop3 imap serv srv host hostname server domain domene domaine dominio url urls uri website web webseite
  homepage hjemmeside nettside site href link links webpage sitio lien linkedin facebook twitter instagram skype xing
  avatarurl github endpoint callback
file: file filename filepath path dateiname datei pfad filnavn sti fichier archivo ruta attachment attachments vedlegg
  anhang document documents dokument dokumente
image: photo photos foto bilde bild image images picture pictures imagen thumbnail thumb scan
  biometric photograph logo icon
portrait: avatar portrait selfie headshot mugshot passbild passfoto
blob: blob binary raw bytes payload content body data
geo: pluscode lat lng lon long latitude longitude geo geom gps coordinates coords koordinaten breitengrad
  laengengrad laengrad breddegrad lengdegrad latitud longitud geolocation geohash
note: bemerk obs nota besk beskr transkript betreffzeile resume descript header headers mime eml note notes notat
  notater notiz notizen remark remarks bemerkung bemerkungen anmerkung anmerkungen merknad merknader comment comments
  kommentar kommentare commentaire commentaires comentario comentarios observaciones observacion memo free freetext
  freitext fritekst text texto texte tekst description beskrivelse beskrivning beschreibung descripcion descr desc
  details detail detaljer bio biography biografie about story summary zusammenfassung body content inhalt innhold
  contenu contenido feedback review reviews complaint beschwerde klage reclamation queja reason grund begrunnelse
  motif motivo narrative history verlauf historikk transcript answer antwort svar reponse respuesta hinweis subject
  betreff emne asunto sujet objet losslocation descriptioncl remarques notas anotaciones
health: krankenkasse medikation hiv aids hepatitis cancer kreft krebs diabetes diabetic covid vaccinated vaccine
  vaccination addiction addict depression psychiatric therapy handicap wheelchair disabled health diagnosis diagnose
  diagnoses diagnostic diagnostico disease illness medical medication allergy allergies blood bloodtype blodtype
  blutgruppe disability behinderung smoker treatment symptom symptoms icd icd10 prescription krankheit krankmeldung
  sykdom sykmelding maladie enfermedad bmi pregnancy patientnotes
bodily: weight height gewicht vekt hoyde poids peso talla estatura
belief: religion religious konfession confession belief ethnicity ethnic race politics political party union
  unionmember fagforening gewerkschaft sexualorientation orientation tro religioses etnia raza
criminal: criminal conviction convictions offence offense felony
money_personal: salary salaries wage wages lonn gehalt salaire salario sueldo income inntekt einkommen revenu ingreso
  payrate compensation bonus networth creditscore score fico lohn payroll remuneration
employ: hire hired hiring hiredate joined joining employed employment eingestellt eintritt eintrittsdatum ansatt
  ansettelse ansettelsesdato embauche contratacion termination terminated terminationdate austritt sluttdato seniority
customer_no: custno customernumber customerno kundennummer kundennr kundenr kundenummer kundnr clientno clientnumber
  memberno membernumber mitgliedsnummer medlemsnummer patientno policyno polno policynumber policenr polisenr
  polisenummer claimno claimnumber skadenr skadenummer schadennummer employeeno employeenumber personalnummer ansattnr
  ansattnummer staffno contractno vertragsnummer avtalenr matricule matriculate mrn numeroclient numerocliente
  numclient loyaltycard studentno studentnumber matrikelnummer
company: company companies companyname firm firma firmenname firmname organisation organization org business
  corporation bedrift selskap foretak entreprise societe raisonsociale empresa sociedad razonsocial employer
  arbeitgeber arbeidsgiver employeur empleador unternehmen dba societes enterprise
ship: ship shipping shipto deliver delivery liefer lieferung levering leverings livraison envio entrega recipient
  recipients empfanger empfaenger mottaker destinataire destinatario addressee receiver consignee
bill: bill billing billto faktura fakturering rechnung rechnungs facturation facturacion invoicing
recipient: recipient recipients rcpt rcpts empfanger empfaenger mottaker destinataire destinatario addressee receiver
  forward cc bcc
notice: alert alerts notify notification notifications warn warning varsel benachrichtigung aviso
door: reset invite invitation confirm confirmation verify verification activation activate unsubscribe magic recovery
qualifier: short long old new alt alternative
abbreviation: kurzel kuerzel signatur kortnavn shortcode
incident: lossloc loss incident accident tap uhell sinistre
network: facebook fb google apple microsoft twitter insta instagram linkedin telegram skype whatsapp signal wechat
  oauth sso steam discord slack github gitlab xing ldap okta auth0
department: department departments dept abteilung avdeling departement departamento
fault: error errors exception traceback stacktrace fehler feil erreur errores
contact: contact contacts kontakt kontakter ansprech contacto emergency
sender: reply envelope sender from absender avsender expediteur remitente to cc bcc replyto
value: value values val wert verdi valeur valor
attribute: attribute attributes attr attrs properties property props extra extras custom customfield customfields
  metadata meta eigenschaft egenskap
json: json jsonb xml yaml
id: id ids pk fk uid guid uuid oid rowid ref reference recno seq sequence sek oppdragid
number: no nr num number nummer nbr numero numer
code: code codes kode koder cd kod codigo kurzel kuerzel abbreviation abbr symbol sku ean isbn gtin upc barcode
  artikelnummer artikelnr varenummer varenr itemno productno partno partnumber naics sic naic lob bransjekode
status: status zustand tilstand etat stage phase stufe protocol encoding charset
type: type types typ typen kind art category categories kategorie kategori categorie categoria klass class klasse
  group gruppe gruppen gruppa groupe grupo level nivel niva tier priority prioritat prioritaet prioritet severity mode
  method channel kanal role roles rolle roller segment format unit units einheit enhet unite unidad currency
  currencies wahrung waehrung valuta devise moneda language sprache sprak langue idioma lang locale timezone tz tag
  color colour farge farbe couleur size storrelse groesse grosse taille
flag: is has flag active inactive aktiv enabled disabled deleted valid gueltig gultig gyldig visible archived
  discontinued default locked blocked required optional published public hidden confirmed verified opt optin optout
  newsletter actif activo gesperrt slettet
quantity: quantity qty amount amounts count counts counter total totals subtotal sum summe sums antall anzahl menge
  belop beloep betrag betraege montant cantidad importe importo price prices preis pris prix precio cost costs kosten
  kostnad cout coste discount rabatt rabatter remise descuento rate rates sats satz premium premie pramie praemie
  prime prima fee fees gebuhr gebuehr gebyr balance saldo solde stock lager bestand onorder reorder limit max min avg
  percent prozent prosent pourcentage porcentaje ratio factor faktor width length breite lange laenge hoehe depth
  milliseconds seconds minutes hours days weeks duration dauer varighet duree duracion bytes points poeng punkte
  freight fracht frakt version revision index rank ranking sort sortorder netto brutto deductible coverage commission
  provisjon provision retries retry attempts attempt tries sekunder minutter timer stunden minuten
created: created updated modified changed deleted inserted erstellt geandert geaendert opprettet endret creado
  modificado cree modifie due expires expiry expired expire valid effective eff exp start started begin end ended
  ending finish finished frist sent received processed completed paid shipped required ordered posted closed opened
  published released release scheduled logged entry entered beginn ende debut fin inicio
product: product products produkt produkte produkter produit produits producto productos item items artikel artikler
  article articles articulo articulos vare varer ware waren goods part parts model brand marke merke marque marca
label: label labels libelle leyenda designation betegnelse denominacion caption heading headline overskrift
  ueberschrift tooltip
dependent: dependent dependents
"""

# What a table's name says about its rows.
_TABLES = """
person: customer customers client clients kunde kunden kunder cliente clientes employee employees staff personnel
  mitarbeiter angestellte ansatt ansatte medarbeider medarbeidere employe employes salarie salaries empleado empleados
  trabajador user users benutzer nutzer bruker brukere utilisateur utilisateurs usuario usuarios person persons people
  personen personer personne personnes persona personas contact contacts kontakt kontakte kontakter contacto contactos
  ansprechpartner kontaktperson patient patients patienten pasient pasienter paciente pacientes member members
  mitglied mitglieder medlem medlemmer membre membres miembro miembros socio socios student students schuler schueler
  elev elever etudiant etudiants eleve estudiante estudiantes alumno alumnos teacher teachers lehrer laerer driver
  drivers fahrer forer conductor applicant applicants candidate candidates bewerber soker dependent dependents
  coinsured insured insureds versicherter versicherte forsikringstaker resident residents donor donors subscriber
  subscribers lead leads prospect prospects guest guests gast gaeste visitor visitors passenger passengers beneficiary
  beneficiaries holder owner owners profile profiles profil individual individuals adult child children parent parents
  spouse attendee attendees participant participants teilnehmer deltaker recipient recipients borrower borrowers
  witness claimant claimants fornavn kundenstamm personal voter voters player players pupil pupils nurse doctor
  doctors arzt lege physician
company: supplier suppliers vendor vendors lieferant lieferanten leverandor leverandorer fournisseur fournisseurs
  proveedor proveedores company companies firma firmen firmaer bedrift bedrifter entreprise entreprises societe
  empresa empresas organisation organisations organization organizations org orgs shipper shippers carrier carriers
  spediteur partner partners agency agencies broker brokers dealer dealers merchant merchants manufacturer
  manufacturers hersteller produsent account accounts employer employers publisher publishers
catalog: artist artists album albums genre genres playlist playlists track tracks song songs movie movies film films
  book books title titles product products produkt produkte produkter produit produits producto productos item items
  artikel artikler article articles articulo articulos vare varer category categories kategorie kategorien kategori
  kategorier categorie categoria categorias media mediatype country countries land laender pays pais paises currency
  currencies wahrung waehrung valuta language languages region regions territory territories type types typ typen
  status statuses role roles rolle rollen tag tags unit units color colors size sizes brand brands model models
  department departments abteilung abteilungen avdeling avdelinger departement departamento branch branches filiale
  division divisions office offices store stores filial warehouse warehouses lager plan plans tariff tarif tarife
  level levels priority permission permissions lob lookup code codes kode koder template templates vorlage vorlagen
  mal maler holiday holidays feature features skill skills course courses kurs kurse cours curso cursos fach fag
  ingredient ingredients recipe recipes coverage coverages lineofbusiness migration migrations
transaction: order orders bestellung bestellungen auftrag auftrage auftraege ordre ordrer commande commandes pedido
  pedidos invoice invoices rechnung rechnungen faktura fakturaer facture factures factura facturas payment payments
  zahlung zahlungen betaling betalinger paiement pago pagos transaction transactions booking bookings buchung
  buchungen reservation reservations claim claims schaden skade skader sinistre siniestro policy policies police
  polise poliser poliza contract contracts vertrag vertrage vertraege avtale avtaler contrat contrato line lines
  detail details linje position positionen shipment shipments delivery deliveries lieferung activity activities
  suspense appointment appointments termin termine ticket tickets case cases sale sales
log: log logs audit audits auditlog journal protokoll protokolle logg logger history historie historikk changelog
  event events trail accesslog activitylog bitacora registro hendelse
queue: queue queues queued outbox spool mailqueue emailqueue warteschlange utboks ko outgoing pending
session: session sessions sesjon sitzung sitzungen sesion sesiones token tokens accesstoken accesstokens refreshtoken
  refreshtokens remembertoken nonce nonces otp csrf
mail: mail mails email emails message messages sms notification notifications epost
config: config configuration configurations setting settings einstellung einstellungen innstilling innstillinger
  parametre parametres parameter parameters preference preferences option options ajuste ajustes konfiguration
attribute: attribute attributes eav answer answers metadata property properties customfield customfields
"""


def word_set(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


def _read(text: str) -> Mapping[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for line in text.replace("\n ", "").strip().splitlines():
        concepts, _, words = line.partition(":")
        for word in words.split():
            found[word] = found.get(word, frozenset()) | frozenset(concepts.split())
    return found


TABLE_WORDS = _read(_TABLES)
"""Word in a table's name to what its rows are about."""


def _with_owners(words: Mapping[str, frozenset[str]]) -> Mapping[str, frozenset[str]]:
    """Whose name, whose number: in `supplier_name` the word `supplier` carries `of company`."""
    owners = {word: frozenset(f"of {kind}" for kind in kinds) for word, kinds in TABLE_WORDS.items()}
    return {word: words.get(word, frozenset()) | owners.get(word, frozenset()) for word in {*words, *owners}}


WORDS = _with_owners(_read(_WORDS))
"""Word in a column's name to the concepts it carries."""

ABBREVIATIONS: Mapping[str, str] = {
    "cust": "customer",
    "emp": "employee",
    "addr": "address",
    "pers": "person",
    "prod": "product",
    "cat": "category",
    "desc": "description",
    "mob": "mobile",
    "bus": "business",
    "res": "residence",
    "eff": "effective",
    "ins": "insured",
    "vend": "vendor",
    "supp": "supplier",
    "lic": "license",
    "nat": "nationality",
    "doc": "document",
    "dept": "department",
    "mgr": "manager",
    "usr": "user",
    "fed": "federal",
    "acct": "account",
    "pol": "policy",
    "dl": "driverslicense",
    "ph": "phone",
    "kd": "kunde",
    "ben": "benutzer",
    "mnr": "personnummer",
}
"""What short forms stand for when they are a word of a name."""

PREFIXES = word_set("str txt tbl chr int lng dbl fld col dat bln")
"""Hungarian prefixes: they say nothing in front of another word."""

FURNITURE = word_set(
    "tab table t vc dbo vw the of and der die das den det le la les el los de des du del og und et y og i en pr"
)
"""Words that say nothing: articles, prepositions."""
