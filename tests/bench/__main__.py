"""`make bench`: runs every benchmark; each prints a table of ratios within one run."""

from tests.bench import explain_bench, match_bench, store_bench

if __name__ == "__main__":
    store_bench.main()
    print()
    match_bench.main()
    print()
    explain_bench.main()
