"""Values of a procedure as people write them: parsed, normalised, compared as text."""
