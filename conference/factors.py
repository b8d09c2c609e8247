"""What authenticator apps and passkeys call this deployment."""

from __future__ import annotations

from allauth.mfa.adapter import DefaultMFAAdapter

from conference import branding


class Factors(DefaultMFAAdapter):  # type: ignore[misc]
    def get_totp_issuer(self) -> str:
        return branding.known.get().name

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": branding.known.get().name}
