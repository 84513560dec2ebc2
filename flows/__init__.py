"""In what order: everything read, sequenced, scheduled, or typed at a prompt."""
