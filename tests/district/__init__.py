"""The district folder."""
