"""Many respondents: the same criteria as one pass over a stream, one SQL query, or a job on a cluster."""
