"""Runs the E-ARK validator on an unpacked package, with the schemas of its own wheel instead of the network's.

    python eark.py PACKAGE-FOLDER

Prints every message as `SEVERITY RULE LOCATION TEXT` and ends with 1 where one is an error.
"""

import sys
import urllib.request
from importlib.util import find_spec
from pathlib import Path

from lxml import etree

RESOURCES = Path(find_spec("eark_validator").submodule_search_locations[0]) / "ipxml/resources"
SCHEMAS = RESOURCES / "schema"
real_schema = etree.XMLSchema


class Local(etree.Resolver):
    def resolve(self, url, public_id, context):
        local = SCHEMAS / url.rsplit("/", 1)[-1]
        return self.resolve_filename(str(local), context) if local.exists() else None


def schema(etree_=None, *, file=None):
    if file is None:
        return real_schema(etree_)
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(Local())
    return real_schema(etree.parse(file, parser))


etree.XMLSchema = schema
# The vocabularies are in the wheel too, under the names that their addresses end in.
urllib.request.urlopen = lambda url: open(RESOURCES / "vocabs" / url.rsplit("/", 1)[-1], "rb")

from eark_validator.packages import PackageValidator  # noqa: E402
from eark_validator.specifications.specification import SpecificationVersion  # noqa: E402

report = PackageValidator(Path(sys.argv[1]), SpecificationVersion.V2_1_0).validation_report
messages = list(report.structure.messages)
if report.metadata is None:
    print("ERROR - - the metadata were not looked at")
    failed = True
else:
    messages += report.metadata.schema_results.messages + report.metadata.schematron_results.messages
    failed = False
for message in messages:
    severity = getattr(message.severity, "value", message.severity)
    print(severity, message.rule_id, message.location, message.message)
    failed |= str(severity).upper().startswith("ERROR")
print("details:", report.package.details if report.package else None)
sys.exit(1 if failed else 0)
