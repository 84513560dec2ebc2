"""A bundle checked from outside: from a folder or a zip, by what is in it.

The manifests catch what was changed by chance; the rest catches what was changed on purpose and signed for
anew: the tables name each photo's SHA-256, CSV and XML say the same twice, and the profile travels along.
Where the captures are at hand as well, every photo is held against the one it was made of.
"""

from flows.verify.bundle import verify
from flows.verify.fault import Fault, Signed, Verified

__all__ = ["Fault", "Signed", "Verified", "verify"]
