"""Settings of the OpenAPI schema: what it says of the API as a whole, and how it is made."""

from typing import Any

DESCRIPTION = """\
Personal net worth from transactions, prices and everyday money.

* **Log-in, sign-up, passwords, second factors and sessions** are another API, at `/_allauth/`, described at
  `/_allauth/openapi.json`. Here you are known by a key, by an app's session or by a browser's session.
* **Amounts, quantities and prices** of the books are exact decimals in strings. In a request a JSON number is as good;
  it is taken digit by digit. Series, ratios and weights are JSON numbers that nobody has rounded; a ratio is a fraction
  (0.12 is 12 %). What is not known or has no meaning is `null`, never 0 and never left out.
* **Days** are `YYYY-MM-DD` where the person is, from 1900 on, months `YYYY-MM`; instants are ISO 8601 with an offset.
* **Errors** have one shape, `Errors`, whatever raised them. A field or parameter that is not known is an error too
  (`unknown_field`); a field that cannot be written may be sent back unchanged. A method that an address does not have
  is answered 405, an address that does not exist 404, both in the same shape.
* **Somebody else's object** does not exist for you: 404, never 403.
* **Lists** come in pages; follow `next` until it is null.
* **Repeats** of a POST with the same `Idempotency-Key` happen once.
* **Rates of requests** are limited: 429 says in `Retry-After` when to come back.
"""


TAGS = {
    "accounts": "Where you hold things: brokers, banks, wallets, cards, loans, deposits, property.",
    "activity": "Who changed what, with the old values.",
    "analytics": "What the numbers say: worth, returns, risk, gains, income, plans.",
    "assets": "The catalogue, your own assets, and their closes.",
    "balances": "What statements, valuations and loan letters said.",
    "bank-imports": "Files of banks.",
    "benchmarks": "What you compare with.",
    "budgets": "What you mean to spend.",
    "categories": "What money is spent on and where it comes from.",
    "corporate-actions": "Splits, bonuses, spin-offs, mergers and renames.",
    "dividends": "Declared dividends that you were entitled to.",
    "entries": "Everyday money: what was spent, earned and moved.",
    "exports": "All that is yours in one file.",
    "holdings": "Every position at the end of a day.",
    "imports": "Files of transactions, prices and corporate actions, and archives of all.",
    "ledger": "Months of everyday money.",
    "market": "Prices of now.",
    "me": "Who you are.",
    "plans": "Investments that repeat.",
    "quarantine": "Closes that a provider sent and that were not believed.",
    "recurring": "Entries that make themselves.",
    "rules": "What is made of entries by itself.",
    "terms": "The interest of deposits, savings and loans.",
    "tokens": "Keys for scripts.",
    "transactions": "What you bought, sold and were paid.",
}


def contract_settings() -> dict[str, Any]:
    return {
        "HEADLESS_SERVE_SPECIFICATION": True,
        "HEADLESS_SPECIFICATION_TEMPLATE_NAME": None,  # as JSON and YAML; the page would load scripts from elsewhere
        "SPECTACULAR_SETTINGS": {
            "TITLE": "PandaLedger",
            "DESCRIPTION": DESCRIPTION,
            "VERSION": "0.1.0",
            "OAS_VERSION": "3.1.0",
            "LICENSE": {"name": "MIT"},
            "TAGS": [{"name": name, "description": text} for name, text in TAGS.items()],
            "EXTERNAL_DOCS": {
                "description": "Log-in, sign-up, passwords, second factors, sessions",
                "url": "/_allauth/openapi.json",
            },
            "SERVE_INCLUDE_SCHEMA": False,
            "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
            "SWAGGER_UI_DIST": "SIDECAR",
            "SWAGGER_UI_SETTINGS": {"docExpansion": "none", "filter": True, "deepLinking": True},
            "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
            "SCHEMA_PATH_PREFIX": r"/api/v1",
            "COMPONENT_SPLIT_REQUEST": True,
            "ENUM_GENERATE_CHOICE_DESCRIPTION": False,  # "`stock` - Stock" says nothing new
            "POSTPROCESSING_HOOKS": [
                "drf_spectacular.hooks.postprocess_schema_enums",
                "core.schema_errors.described_once",
                "core.schema_examples.examples_placed",
            ],
            "ENUM_NAME_OVERRIDES": {  # used by several resources
                "CategoryKindEnum": "ledger.models.Category.Kind",
                "EntryKindEnum": "ledger.models.Entry.Kind",
                "BankFileFormatEnum": "ledger.models.BankImport.Format",
                "FormatEnum": ["transactions", "prices", "corporate_actions"],
            },
        },
    }
