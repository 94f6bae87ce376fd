"""The raw archive: answers as they came, so that they can be read again."""
