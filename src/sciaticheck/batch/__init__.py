"""Many records: chunks of files to rows, by column rules, in parallel. `run` is where it begins."""
