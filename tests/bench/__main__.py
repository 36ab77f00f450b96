"""`make bench`: runs every benchmark; each prints a table of ratios within one run."""

from tests.bench import (
    claim_bench,
    explain_bench,
    match_bench,
    pacing_bench,
    poll_bench,
    process_bench,
    send_bench,
    simulation,
    store_bench,
    year_bench,
)

YEAR_DAYS = 90
"""A quarter shows whether the database still grows; `python -m tests.bench.year_bench` takes the whole year."""


def _year() -> None:
    year_bench.main(YEAR_DAYS)


if __name__ == "__main__":
    for main in (
        store_bench.main,
        claim_bench.main,
        match_bench.main,
        explain_bench.main,
        send_bench.main,
        pacing_bench.main,
        poll_bench.main,
        process_bench.main,
        simulation.main,
        _year,
    ):
        main()
        print(flush=True)
