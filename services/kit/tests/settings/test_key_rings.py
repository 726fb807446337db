"""Keys that follow each other."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_public_key,
)

from salon_kit.key_rings import PublicKeys, SigningKey, id_of_secret, insist_on_pair, key_id_of, secret_keys_in

pytestmark = pytest.mark.unit
# The example of RFC 7638, section 3.1, and the thumbprint that it has there.
RFC_7638 = """-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA0vx7agoebGcQSuuPiLJX
ZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tS
oc/BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ/2W+5JsGY4Hc5n9yBXArwl93lqt
7/RN5w6Cf0h4QyQ5v+65YGjQR0/FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0
zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt+bFTWhAI4vMQFh6WeZu0f
M4lFd2NcRwr3XPksINHaQ+G/xBniIqbw0Ls1jF44+csFCur+kEgU8awapJzKnqDK
gwIDAQAB
-----END PUBLIC KEY-----"""


def _pair(bits: int = 2048) -> tuple[str, str]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private.decode(), key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def test_the_id_of_a_key_is_the_one_that_the_standard_says() -> None:
    key = load_pem_public_key(RFC_7638.encode())

    assert isinstance(key, rsa.RSAPublicKey)
    assert key_id_of(key) == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"


def test_the_first_private_key_signs_and_every_public_one_reads() -> None:
    (old, old_public), (new, new_public) = _pair(), _pair()
    reading, signing = PublicKeys(f"{old_public}\n{new_public}"), SigningKey(f"{new}\n{old}")

    assert signing.id in reading.ids
    assert len(reading.named(None)) == 2
    assert [key_id_of(key) for key in reading.named(signing.id)] == [signing.id]
    assert reading.named("of nobody") == ()


def test_what_is_no_rsa_key_is_refused() -> None:
    _, public = _pair()
    curve = ec.generate_private_key(ec.SECP256R1())
    other = curve.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    for pems in ("", "nothing", other, f"{public}\n{other}", f"{public}\n{public}", public.replace("A", "!")):
        with pytest.raises(ValueError, match=r".+"):
            PublicKeys(pems)
    for pems in ("", other):
        with pytest.raises(ValueError, match=r".+"):
            SigningKey(pems)


def _cut(pem: str) -> str:
    return pem[: len(pem) // 2]


def test_a_key_that_was_cut_off_is_not_one_key_less() -> None:
    (old, old_public), (new, new_public) = _pair(), _pair()

    for pems in (f"{old_public}\n{_cut(new_public)}", f"{_cut(old_public)}\n{new_public}", f"{old_public}\nMIIB"):
        with pytest.raises(ValueError, match="cut off"):
            PublicKeys(pems)
    for pems in (f"{old}\n{_cut(new)}", f"{_cut(old)}\n{new}"):
        with pytest.raises(ValueError, match="cut off"):
            SigningKey(pems)


def test_a_short_key_neither_signs_nor_reads() -> None:
    private, public = _pair(bits=1024)

    with pytest.raises(ValueError, match="2048 bits"):
        PublicKeys(public)
    with pytest.raises(ValueError, match="2048 bits"):
        SigningKey(private)


def test_a_key_that_signs_is_among_those_that_are_read() -> None:
    (old, old_public), (new, new_public) = _pair(), _pair()
    both = PublicKeys(f"{old_public}\n{new_public}")

    insist_on_pair(SigningKey(old), both)
    insist_on_pair(SigningKey(f"{new}\n{old}"), both)
    with pytest.raises(ValueError, match="put its public half into token_public_key first"):
        insist_on_pair(SigningKey(new), PublicKeys(old_public))


def test_a_secret_is_named_without_being_told() -> None:
    assert id_of_secret("k" * 32) != id_of_secret("x" * 32)
    assert "k" * 4 not in id_of_secret("k" * 32)


def test_of_secret_keys_the_first_signs_all_are_read_and_the_oldest_is_the_one_that_goes() -> None:
    old, new = "k" * 32, "x" * 32

    assert secret_keys_in(old) == (old, (old,), old)
    assert secret_keys_in(f"{old}\nnext:{new}\n") == (old, (old, new), old)
    assert secret_keys_in(f"{new}\n{old}") == (new, (new, old), old)
    for wrong in ("", f"next:{new}", f"next:{new}\n{old}", f"{old}\nshort", f"{old}\nnext:short"):
        with pytest.raises(ValueError, match="at least 32"):
            secret_keys_in(wrong)
