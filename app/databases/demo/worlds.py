"""The worlds of the demo, by their names."""

from app.databases.demo.agency import AGENCY
from app.databases.demo.crm import CRM
from app.databases.demo.promotions import PROMOTIONS

WORLDS = {world.name: world for world in (AGENCY, CRM, PROMOTIONS)}
