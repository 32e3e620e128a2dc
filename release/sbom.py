"""List of everything in the files that are handed out, as CycloneDX 1.6 JSON."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL

from toolkit import __version__

from .contents import Part
from .licences import judged

Contents = Mapping[str, tuple[bytes, Sequence[Part]]]
"""{name of a file: (its bytes, its parts)}."""


def listed(contents: Contents, licence: str, second: int) -> bytes:
    """Return the list of the files and their parts, always the same bytes for the same parts.

    licence: of the files themselves. second: time of the release. Raises LicenceError, which
    names a part that may not be handed out.
    """
    bom = Bom()
    bom.metadata.timestamp = datetime.fromtimestamp(second, UTC)
    top = Component(
        name="gouji", version=__version__, type=ComponentType.APPLICATION, bom_ref="gouji",
        licenses=[LicenseFactory().make_from_string(licence)],
    )  # fmt: skip
    bom.metadata.component = top
    for name, (content, parts) in contents.items():
        file = Component(
            name=name, version=__version__, type=ComponentType.FILE, bom_ref=name,
            hashes=[_hash(hashlib.sha256(content).hexdigest())],
            licenses=[LicenseFactory().make_from_string(licence)],
        )  # fmt: skip
        inner = [_component(part, name) for part in parts if part.name != "gouji"]
        file.components.update(one for one in inner if one.scope is None)
        beside = [one for one in inner if one.scope is not None]
        bom.components.update([file, *beside])
        bom.register_dependency(top, [file])
        bom.register_dependency(file, inner)
    digests = {name: hashlib.sha256(content).hexdigest() for name, (content, _) in contents.items()}
    named = [list(some) for _, some in contents.values()]
    bom.serial_number = uuid5(NAMESPACE_URL, repr((digests, named, second)))
    text = make_outputter(bom, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string(indent=1)
    return f"{text}\n".encode()


def _component(part: Part, file: str) -> Component:
    """Return a part of a file, or of a part of it; raises LicenceError."""
    reason = judged(part.name, part.licence)
    said = {"gouji:licence-read-from": part.read, "gouji:handed-out-because": reason}
    ident = f"{file}/{part.name}@{part.version}"
    return Component(
        name=part.name,
        version=part.version or None,
        type=ComponentType.LIBRARY,
        bom_ref=ident,
        hashes=[_hash(part.sha256)] if part.sha256 else (),
        licenses=[LicenseFactory().make_from_string(part.licence)],
        purl=PackageURL(part.kind, None, part.name, part.version or None),
        scope=ComponentScope.REQUIRED if part.beside else None,
        properties=[Property(name=name, value=value) for name, value in said.items() if value],
        components=[_component(inner, ident) for inner in part.inside],
    )


def _hash(sha256: str) -> HashType:
    return HashType(alg=HashAlgorithm.SHA_256, content=sha256)
