"""Numbers shaped like real ones: telephones, tax and bank numbers, licences, vehicles.

They play production, so recognisers must take them for real: check digits hold, reserved ranges are avoided.
"""

from random import Random

# The states the agency works in, with telephone area codes that belong to them.
AREA_CODES: dict[str, tuple[int, ...]] = {
    "CA": (213, 415, 510, 619, 714, 916),
    "CT": (203, 860),
    "FL": (305, 407, 813, 904),
    "IL": (217, 312, 630),
    "MA": (413, 508, 617, 781, 978),
    "ME": (207,),
    "NH": (603,),
    "NJ": (201, 609, 732, 973),
    "NY": (212, 315, 516, 518, 716, 914),
    "OH": (216, 419, 614),
    "PA": (215, 412, 610, 717),
    "RI": (401,),
    "TX": (210, 214, 512, 713),
    "VT": (802,),
    "WA": (206, 253, 509),
}
_EIN_PREFIXES = (1, 2, 3, 4, 5, 6, 10, 13, 14, 16, 20, 22, 26, 27, 30, 33, 35, 41, 45, 46, 47, 52, 58, 61, 74, 81, 82)
_VIN_ALPHABET = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_VIN_VALUES = {**{str(d): d for d in range(10)}, **dict(zip("ABCDEFGH", range(1, 9), strict=True))}
_VIN_VALUES |= {**dict(zip("JKLMN", range(1, 6), strict=True)), "P": 7, "R": 9}
_VIN_VALUES |= dict(zip("STUVWXYZ", range(2, 10), strict=True))
_MAKERS = {
    "1FT": ("Ford", ("F-150", "Transit", "Escape", "Explorer")),
    "1G1": ("Chevrolet", ("Malibu", "Silverado", "Equinox")),
    "1HG": ("Honda", ("Civic", "Accord", "CR-V", "Pilot")),
    "2T1": ("Toyota", ("Corolla", "Camry", "RAV4", "Tacoma")),
    "5NP": ("Hyundai", ("Elantra", "Tucson", "Ioniq 5")),
    "JF2": ("Subaru", ("Outback", "Forester", "Crosstrek")),
    "WVW": ("Volkswagen", ("Golf", "Passat", "Tiguan")),
    "YV1": ("Volvo", ("XC60", "V60", "XC90")),
}
_MAKER_CODES = tuple(_MAKERS)


def uuid(random: Random) -> str:
    """A random version 4 UUID in its usual spelling."""
    text = f"{random.getrandbits(128):032x}"
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"


def phone(random: Random, state: str) -> str:
    """A telephone number of that state, in one of the spellings people type. Never a 555 exchange or an N11 code."""
    codes = AREA_CODES[state]
    area = codes[int(random.random() * len(codes))]
    exchange = 200 + int(random.random() * 800)
    if exchange == 555 or exchange % 100 == 11:
        exchange += 1
    line = int(random.random() * 10_000)
    style = random.random()
    if style < 0.6:
        return f"({area}) {exchange}-{line:04d}"
    if style < 0.9:
        return f"{area}-{exchange}-{line:04d}"
    return f"+1 {area} {exchange} {line:04d}"


def ssn(random: Random) -> str:
    """A social security number outside the ranges that are never issued (000, 666, 9xx)."""
    area = 1 + int(random.random() * 898)
    if area == 666:
        area = 667
    return f"{area:03d}-{1 + int(random.random() * 99):02d}-{1 + int(random.random() * 9999):04d}"


def employer_number(random: Random) -> str:
    """A federal tax number with a prefix that is in use."""
    return f"{random.choice(_EIN_PREFIXES):02d}-{int(random.random() * 10_000_000):07d}"


def licence(random: Random, state: str) -> str:
    """A driver's licence number in the manner of that state."""
    number = int(random.random() * 100_000_000)
    if state in ("CA", "MA", "OH"):
        return f"{state[0]}{number:08d}"
    if state == "FL":
        return f"F{number:08d}{int(random.random() * 10_000):04d}"
    if state == "WA":
        return f"WDL{number:08d}B"
    return f"{10_000_000 + int(random.random() * 89_999_999)}"


def plate(random: Random) -> str:
    """A licence plate: three letters, four digits."""
    number = int(random.random() * 17_576)
    first, rest = divmod(number, 676)
    second, third = divmod(rest, 26)
    return f"{chr(65 + first)}{chr(65 + second)}{chr(65 + third)} {int(random.random() * 10_000):04d}"


def vehicle(random: Random) -> tuple[str, str, str, int]:
    """(vin, make, model, year); the VIN's check digit holds."""
    code = _MAKER_CODES[int(random.random() * len(_MAKER_CODES))]
    make, models = _MAKERS[code]
    year = 2008 + int(random.random() * 19)
    letters = "".join(random.choices(_VIN_ALPHABET, k=5))
    model_year = "89ABCDEFGHJKLMNPRSTV"[year - 2008]
    body = f"{code}{letters}0{model_year}{random.choice('ABCDEFG')}{int(random.random() * 1_000_000):06d}"
    rest = sum(_VIN_VALUES[c] * w for c, w in zip(body, _VIN_WEIGHTS, strict=True)) % 11
    vin = f"{body[:8]}{'X' if rest == 10 else rest}{body[9:]}"
    return vin, make, models[int(random.random() * len(models))], year


def routing_number(random: Random) -> str:
    """A bank's routing number; its check digit holds."""
    digits = [0, random.randrange(1, 10), *(random.randrange(10) for _ in range(6))]
    rest = sum(d * w for d, w in zip(digits, (3, 7, 1, 3, 7, 1, 3, 7), strict=True)) % 10
    return "".join(map(str, digits)) + str((10 - rest) % 10)
