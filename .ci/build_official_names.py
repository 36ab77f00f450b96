"""Write config/places/official.toml from the UN's country names: `python .ci/build_official_names.py WHEEL`.

WHEEL is what `pip download --no-deps hdx-python-country` brings (MIT licence); in it lies OCHA's table of countries and
territories, with the names of UNTERM and M49. Only names that CLDR does not have are kept. The result stands in the
repository, so neither the bot nor its tests need the wheel.
"""

import csv
import io
import json
import pathlib
import re
import sys
import tomllib
import zipfile
from collections.abc import Iterator

ROOT = pathlib.Path(__file__).resolve().parents[1]
PLACES = ROOT / "config" / "places"
COLUMNS = (
    "Preferred Term", "ISO Alt Term", "RW Short Name", "English Short", "French Short", "Spanish Short", "Arabic Short",
    "English Formal", "M49 English", "M49 French", "M49 Spanish", "M49 Arabic",
)  # fmt: skip
ALPHA2 = "ISO 3166-1 Alpha 2-Codes"
# What the table has for a map or a form rather than for a text: cities, saints, words with another meaning alone.
LEFT_OUT = {"Sint Maarten", "Saint Martin", "Saint-Martin", "San Martín", "Dominique", "Salvador", "Grenade", "Granada"}


def rows(wheel: pathlib.Path) -> Iterator[dict[str, str]]:
    """Yield the table's rows."""
    with zipfile.ZipFile(wheel) as packed:
        (name,) = (n for n in packed.namelist() if n.endswith(".csv") and "Countries" in n)
        yield from csv.DictReader(io.StringIO(packed.read(name).decode("utf-8-sig")))


def names(row: dict[str, str]) -> Iterator[str]:
    """Yield a row's names as a text writes them: without article, footnote and what stands in brackets alone."""
    for column in COLUMNS:
        for one in row.get(column, "").split(";"):
            name = re.sub(r"\s+", " ", one.replace("’", "'").replace("*", "")).strip()
            name = re.sub(r"^(?:the|The) | \((?:the|la|el|los|las)\)$", "", name)
            if len(name) > 3 and name not in LEFT_OUT and not re.search(r"\d|\[", name):
                yield name


def content(wheel: pathlib.Path) -> str:
    """Return the whole file."""
    cldr = tomllib.loads((PLACES / "countries.toml").read_text("utf-8"))["country"]
    head = (
        "# Written by .ci/build_official_names.py from OCHA's table (hdx-python-country, MIT licence): do not edit.\n"
    )
    head += "# The UN's short and formal names where CLDR has others. What a person decides stands in curated.toml.\n"
    tables = []
    for row in sorted(rows(wheel), key=lambda each: each[ALPHA2]):
        known = cldr.get(row[ALPHA2])
        if known is None or row["Deprecated"] == "Y":
            continue
        had = {name for language in ("en", "fr", "es", "ar") for name in known.get(language, ())}
        if found := [name for name in dict.fromkeys(names(row)) if name not in had]:
            tables.append(f"\n[place.{row[ALPHA2]}]\nalso = {json.dumps(found, ensure_ascii=False)}\n")
    return head + "".join(tables)


def main() -> None:
    """Write the file."""
    (PLACES / "official.toml").write_text(content(pathlib.Path(sys.argv[1])), encoding="utf-8")


if __name__ == "__main__":
    main()
