"""`make bench`: what is fast, measured against something else in the same run, as a ratio."""

from benchmarks import photos

if __name__ == "__main__":
    photos.main()
