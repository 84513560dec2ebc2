"""What Python raises for a zip that is damaged, or of a kind that it does not know."""

import struct
import zlib
from zipfile import BadZipFile

ZIP_DAMAGE = (BadZipFile, NotImplementedError, zlib.error, EOFError, struct.error)
"""`zipfile` raises NotImplementedError for a member compressed or encrypted in a way that it cannot undo."""
