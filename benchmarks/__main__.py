"""`make bench`: what is fast, measured against something else in the same run, as a ratio."""

import argparse
from collections.abc import Callable

from benchmarks import dask, large, linking, photos, records, report, rerun

PARTS: dict[str, Callable[[argparse.Namespace], None]] = {
    "photos": lambda asked: photos.main(many=asked.many),
    "records": lambda _: records.main(),
    "linking": lambda _: linking.main(),
    "report": lambda asked: report.main(asked.students),
    "dask": lambda _: dask.main(),
    "rerun": lambda asked: rerun.main(asked.students),
    "large": lambda asked: large.main([int(size) for size in asked.sizes.split(",")]),
}
BY_NAME = ("large",)
"""What takes an hour, and runs only if it is named."""

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("only", nargs="?", choices=list(PARTS), help="one of them (all)")
    parser.add_argument("--many", type=int, default=1_000, help="captures in the largest batch (1,000)")
    parser.add_argument("--students", type=int, default=rerun.STUDENTS, help="of the day run twice (3,253)")
    sizes = ",".join(map(str, large.SIZES))
    parser.add_argument("--sizes", default=sizes, help=f"of the large campaigns, in captures ({sizes})")
    asked = parser.parse_args()
    for name in [asked.only] if asked.only else [name for name in PARTS if name not in BY_NAME]:
        PARTS[name](asked)
