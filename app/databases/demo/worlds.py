"""The worlds of the demo, by their names."""

from app.databases.demo.agency import AGENCY

WORLDS = {world.name: world for world in (AGENCY,)}
