"""The sheets that leave the office: who must come again, faces to confirm, photos for certificates."""
