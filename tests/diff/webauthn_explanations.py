# SPDX-License-Identifier: Apache-2.0
"""Why a peer says something else than we do. Each entry names what it is about and looks for itself whether a message
is that: slow_webauthn.py reads the message anew. webauthn-differences.md has the same names with their counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import slow_webauthn as slow
from slow_webauthn import Body
from webauthn_evidence import (
    NUMBERS,
    fault_in_reading,
    flags,
    has_unreadable_name,
    is_another_eligibility,
    is_another_identifier,
    is_framed,
    is_long_identifier,
    is_odd_certificate,
    is_odd_statement,
    key_algorithm,
    kinds,
)

EXTENSIONS = {
    "appid": bool,
    "appidExclude": bool,
    "hmacCreateSecret": bool,
    "credProps": dict,
    "largeBlob": dict,
    "prf": dict,
}


@dataclass(frozen=True)
class Explanation:
    name: str
    peer: str
    theirs: str  # what their verdict starts with
    ours: frozenset[str]
    is_it: Callable[[Body, str], bool]


ALL: list[Explanation] = []


def explained(name: str, peer: str, theirs: str, *ours: str) -> Callable[[Callable[[Body, str], bool]], None]:
    return lambda is_it: ALL.append(Explanation(name, peer, theirs, frozenset(ours), is_it))


def of(peer: str, verdict: str, message: dict[str, Any]) -> str | None:
    body = Body(message)
    for one in ALL:
        is_of = one.peer == peer and message["ours"] in one.ours and verdict.startswith(one.theirs)
        if is_of and one.is_it(body, verdict):
            return one.name
    return None


# libfido2: it is given the client data's hash and the bytes beneath the JSON, and looks at neither.


@explained(
    "libfido2 takes the hash of the client data",
    "libfido2",
    "accept",
    "client_data_encoding",
    "client_data_json",
    "type",
    "challenge",
    "origin",
    "cross_origin",
    "top_origin",
)
def _(body: Body, verdict: str) -> bool:
    kind = "create" if body.message["ceremony"] == "registration" else "get"
    usual = {"type": f"webauthn.{kind}", "challenge": body.message["challenge"], "origin": "https://example.org"}
    return (
        body.client != usual
        or not slow.is_strict_json(body.client_text)
        or any(kind.startswith("json.") for kind in kinds(body))
    )


@explained(
    "libfido2 is given the bytes beneath the JSON, which alone was changed",
    "libfido2",
    "accept",
    "response_json",
    "response_member",
    "credential_type",
    "extension_outputs",
    "attestation_algorithm",
    "attestation_certificate",
    "attestation_aaguid",
    "attestation_object",
    "attestation_signature",
    "attestation_statement",
    "authenticator_data",
    "no_attested_credential",
    "credential_id_differs",
    "user_credential",
    "backup_eligibility_changed",
    "backup_state",
    "public_key",
    "rp_id",
    "sign_count",
    "signature",
    "signature_encoding",
    "user_presence",
    "user_verification",
    "algorithm_unsupported",
    "algorithm_not_listed",
    "attestation_format",
    "credential_id_length",
)
def _(body: Body, verdict: str) -> bool:
    return any(kind.startswith("json.") for kind in kinds(body))


@explained("libfido2 knows no backup flags", "libfido2", "accept", "backup_state")
def _(body: Body, verdict: str) -> bool:
    return flags(body) & 0x18 == 0x10


@explained(
    "libfido2 knows no stored credential: backup eligibility", "libfido2", "accept", "backup_eligibility_changed"
)
def _(body: Body, verdict: str) -> bool:
    return is_another_eligibility(body)


@explained("libfido2 knows no stored credential: the counter", "libfido2", "accept", "sign_count")
def _(body: Body, verdict: str) -> bool:
    stored: int = body.message["stored_count"]
    return int.from_bytes(body.data[33:37], "big") <= stored


@explained("libfido2 does not compare identifiers", "libfido2", "accept", "credential_id_differs", "user_credential")
def _(body: Body, verdict: str) -> bool:
    return is_another_identifier(body)


@explained("libfido2 has no bound of 1023 bytes for identifiers", "libfido2", "accept", "credential_id_length")
def _(body: Body, verdict: str) -> bool:
    return is_long_identifier(body)


@explained("libfido2 is not given the attestation object", "libfido2", "accept", "attestation_object")
def _(body: Body, verdict: str) -> bool:
    return sorted(body.object_map.names(), key=len) != ["fmt", "attStmt", "authData"]


@explained("libfido2 reads the authenticator data as far as it knows it", "libfido2", "accept", "authenticator_data")
def _(body: Body, verdict: str) -> bool:
    return slow.data_rule(body.data) is not None


@explained("libfido2 reads of a key what it knows", "libfido2", "accept", "public_key")
def _(body: Body, verdict: str) -> bool:
    return slow.public_key_rule(body.key) is not None


@explained(
    "libfido2 does not look at attestation certificates",
    "libfido2",
    "accept",
    "attestation_certificate",
    "attestation_aaguid",
)
def _(body: Body, verdict: str) -> bool:
    return is_odd_certificate(body)


@explained("libfido2 reads of a statement what it knows", "libfido2", "accept", "attestation_statement")
def _(body: Body, verdict: str) -> bool:
    return is_odd_statement(body)


@explained("libfido2 takes one certificate or more in fido-u2f", "libfido2", "accept", "attestation_statement")
def _(body: Body, verdict: str) -> bool:
    return body.object_map.get("fmt") == "fido-u2f" and len(body.path) > 1


@explained(
    "libfido2 does not compare the algorithm of a self attestation", "libfido2", "accept", "attestation_algorithm"
)
def _(body: Body, verdict: str) -> bool:
    return not body.path and body.statement.get("alg") != key_algorithm(body)


@explained(
    "libfido2 wants the extensions that were asked for, of the kinds and values that it knows",
    "libfido2",
    "refuse",
    "none",
)
def _(body: Body, verdict: str) -> bool:
    return bool(flags(body) & 0x80)


@explained("libfido2 is told one algorithm that a new key must have", "libfido2", "refuse", "none")
def _(body: Body, verdict: str) -> bool:
    return bool(body.key) and key_algorithm(body) != NUMBERS[body.message["algorithm"]]


@explained("libfido2 has 1024 bytes for what EdDSA signs", "libfido2", "refuse", "none")
def _(body: Body, verdict: str) -> bool:
    return body.message["algorithm"] == "eddsa" and len(body.data) + 32 > 1024


@explained("libfido2 does not know the attestation's algorithm by that number", "libfido2", "refuse", "none")
def _(body: Body, verdict: str) -> bool:
    return body.statement.get("alg") in (-9, -51, -52)


# py_webauthn.


@explained("py_webauthn has no ES384", "py_webauthn", "", "none")
def _(body: Body, verdict: str) -> bool:
    return "alg -35" in verdict or 'alg "-35"' in verdict


@explained("py_webauthn looks at tokenBinding, which Level 3 does not", "py_webauthn", "Invalid", "none")
def _(body: Body, verdict: str) -> bool:
    return "tokenBinding" in body.client and ("token_binding" in verdict or "clientDataJSON was malformed" in verdict)


@explained(
    "py_webauthn demands an AAGUID of zeros of fido-u2f, which section 8.6 does not", "py_webauthn", "Invalid", "none"
)
def _(body: Body, verdict: str) -> bool:
    return body.object_map.get("fmt") == "fido-u2f" and body.data[37:53] != bytes(16) and "AAGUID" in verdict


@explained(
    "py_webauthn does not look at crossOrigin and topOrigin", "py_webauthn", "accept", "cross_origin", "top_origin"
)
def _(body: Body, verdict: str) -> bool:
    return is_framed(body)


@explained("py_webauthn reads lenient JSON in client data", "py_webauthn", "accept", "client_data_json")
def _(body: Body, verdict: str) -> bool:
    return not slow.is_strict_json(body.client_text)


@explained("py_webauthn compares decoded challenges, decoded leniently", "py_webauthn", "accept", "challenge")
def _(body: Body, verdict: str) -> bool:
    said = body.client.get("challenge")
    return said != body.message["challenge"] and slow.loose(said) == slow.loose(body.message["challenge"])


@explained("py_webauthn knows no stored backup eligibility", "py_webauthn", "accept", "backup_eligibility_changed")
def _(body: Body, verdict: str) -> bool:
    return is_another_eligibility(body)


@explained(
    "py_webauthn does not compare identifiers", "py_webauthn", "accept", "credential_id_differs", "user_credential"
)
def _(body: Body, verdict: str) -> bool:
    return is_another_identifier(body)


@explained("py_webauthn has no bound of 1023 bytes for identifiers", "py_webauthn", "accept", "credential_id_length")
def _(body: Body, verdict: str) -> bool:
    return is_long_identifier(body)


@explained("py_webauthn does not read clientExtensionResults", "py_webauthn", "accept", "extension_outputs")
def _(body: Body, verdict: str) -> bool:
    results = body.json.get("clientExtensionResults")
    if not isinstance(results, dict):
        return True
    wrong = any(name in results and not isinstance(results[name], kind) for name, kind in EXTENSIONS.items())
    props, blob = results.get("credProps", {}), results.get("largeBlob", {})
    return wrong or not isinstance(props.get("rk", True), bool) or slow.unurl64(blob.get("blob", "")) is None


@explained(
    "py_webauthn reads members leniently: base64url, transports, user handle",
    "py_webauthn",
    "accept",
    "response_member",
)
def _(body: Body, verdict: str) -> bool:
    response = body.response
    texts = [body.json.get("id"), body.json.get("rawId")]
    texts += [response.get(name) for name in ("clientDataJSON", "attestationObject", "authenticatorData", "signature")
              if name in response]  # fmt: skip
    if response.get("userHandle") is not None:
        texts.append(response["userHandle"])
    transports = response.get("transports", [])
    is_odd = not isinstance(transports, list) or any(not isinstance(one, str) for one in transports)
    return is_odd or any(not isinstance(text, str) or slow.unurl64(text) is None for text in texts)


@explained("py_webauthn reads lenient JSON in responses", "py_webauthn", "accept", "response_json")
def _(body: Body, verdict: str) -> bool:
    return not slow.is_strict_json(body.text)


@explained("py_webauthn reads lenient CBOR in the attestation object", "py_webauthn", "accept", "attestation_object")
def _(body: Body, verdict: str) -> bool:
    try:
        read = slow.whole(body.object)
    except slow.Broken:
        return True
    return sorted(read.names(), key=len) != ["fmt", "attStmt", "authData"]


@explained("py_webauthn reads lenient CBOR in authenticator data", "py_webauthn", "accept", "authenticator_data")
def _(body: Body, verdict: str) -> bool:
    return slow.data_rule(body.data) is not None


@explained("py_webauthn does not check new keys", "py_webauthn", "accept", "public_key")
def _(body: Body, verdict: str) -> bool:
    return slow.public_key_rule(body.key) is not None


@explained("py_webauthn reads of a statement what it knows", "py_webauthn", "accept", "attestation_statement")
def _(body: Body, verdict: str) -> bool:
    return is_odd_statement(body)


@explained(
    "py_webauthn does not look at attestation certificates without a root",
    "py_webauthn",
    "accept",
    "attestation_certificate",
    "attestation_aaguid",
)
def _(body: Body, verdict: str) -> bool:
    return is_odd_certificate(body)


@explained(
    "py_webauthn does not know the attestation's algorithm by that number",
    "py_webauthn",
    "UnsupportedAlgorithm",
    "none",
)
def _(body: Body, verdict: str) -> bool:
    return body.statement.get("alg") in (-9, -51, -52)


@explained("cryptography cannot read a certificate that OpenSSL reads", "py_webauthn", "", "none")
def _(body: Body, verdict: str) -> bool:
    return any(isinstance(one, bytes) and fault_in_reading(one) == verdict for one in body.path)


@explained(
    "OpenSSL cannot read a certificate that cryptography reads", "py_webauthn", "accept", "attestation_certificate"
)
def _(body: Body, verdict: str) -> bool:
    # OpenSSL reads names with the rest, cryptography when it is asked for them.
    return any(isinstance(one, bytes) and has_unreadable_name(one) for one in body.path)
