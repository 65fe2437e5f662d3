"""The blueprint that all pages about customers and contacts share."""

from flask import Blueprint

blueprint = Blueprint("leads", __name__)
