"""From bytes to rows: extract, validate, load, import, release, replay."""
