"""From paths to respondents: files, folders and standard input, for check and batch alike."""
