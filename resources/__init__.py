"""Files that come with Sandkeeper: policy packs, names, icons. Read through `importlib.resources`."""
