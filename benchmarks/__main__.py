"""`make bench`: what is fast, measured against something else in the same run, as a ratio."""

import argparse

from benchmarks import photos, records

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("only", nargs="?", choices=["photos", "records"], help="one of the two (both)")
    parser.add_argument("--many", type=int, default=1_000, help="captures in the largest batch (1,000)")
    asked = parser.parse_args()
    if asked.only != "records":
        photos.main(many=asked.many)
    if asked.only != "photos":
        records.main()
