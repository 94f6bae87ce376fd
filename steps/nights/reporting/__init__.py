"""What is told of nights: their end, their pages, their figures for machines that watch."""
