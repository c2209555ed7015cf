"""Small files as Indian, US and German banks write them; all people, accounts and numbers are invented."""

INDIAN = """\
Sahyadri Bank Ltd.,,,,,,
Account No :,50100012345678,,,,,
Statement From : 01/01/24 To : 31/01/24,,,,,,
Date,Narration,Chq./Ref.No.,Value Dt,Withdrawal Amt.,Deposit Amt.,Closing Balance
03/01/24,UPI-CAFE MOCHA,0000401,03/01/24,150.00,,"1,23,306.78"
03/01/24,UPI-CAFE MOCHA,0000402,03/01/24,150.00,,"1,23,156.78"
13/01/24,SALARY JAN,0000403,13/01/24,,"1,00,000.00","2,23,156.78"
STATEMENT SUMMARY :-,,,,300.00,"1,00,000.00","2,23,156.78"
"""
"""Three rows: two equal coffees of 150 and a salary; the balance was 1,23,456.78 before."""

AMERICAN = """\
Transaction Date,Post Date,Description,Category,Type,Amount
01/15/2024,01/16/2024,BLUE HERON COFFEE,Food,Sale,-4.50
01/02/2024,01/03/2024,PAYMENT THANK YOU,,Payment,500.00
"""

GERMAN = """\
Buchungstag;Verwendungszweck;Betrag;Saldo
02.01.2024;Bäckerei Müller;-12,50;1.234,56
15.01.2024;Gehalt;2.000,00;3.234,56
"""

OFX_HEAD = """\
OFXHEADER:100
DATA:OFXSGML
VERSION:102
SECURITY:NONE
ENCODING:USASCII
CHARSET:1252
COMPRESSION:NONE
OLDFILEUID:NONE
NEWFILEUID:NONE

"""


def ofx_statement(*rows: str, number: str = "4400123456", currency: str = "INR", balance: str = "") -> str:
    ledger = f"<LEDGERBAL><BALAMT>{balance.split()[0]}<DTASOF>{balance.split()[1]}</LEDGERBAL>" if balance else ""
    return (
        f"<STMTTRNRS><TRNUID>1<STMTRS><CURDEF>{currency}<BANKACCTFROM><BANKID>1<ACCTID>{number}<ACCTTYPE>SAVINGS"
        f"</BANKACCTFROM>\n<BANKTRANLIST><DTSTART>20240101<DTEND>20240131\n{''.join(rows)}</BANKTRANLIST>{ledger}"
        "</STMTRS></STMTTRNRS>\n"
    )


def ofx_row(day: str, amount: str, fitid: str, name: str, memo: str = "") -> str:
    """SGML, as OFX 1 writes it: values without end tags, and an empty memo that is not closed."""
    return (
        f"<STMTTRN><TRNTYPE>OTHER\n<DTPOSTED>{day}120000[+5.5:IST]\n<TRNAMT>{amount}\n<FITID>{fitid}\n"
        f"<NAME>{name}\n<MEMO>{memo}\n</STMTTRN>\n"
    )


def ofx(*statements: str) -> str:
    return f"{OFX_HEAD}<OFX><BANKMSGSRSV1>{''.join(statements)}</BANKMSGSRSV1></OFX>\n"


OFX_2 = """\
<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<?OFX OFXHEADER="200" VERSION="211" SECURITY="NONE" OLDFILEUID="NONE" NEWFILEUID="NONE"?>
<OFX><CREDITCARDMSGSRSV1><CCSTMTTRNRS><TRNUID>1</TRNUID><CCSTMTRS><CURDEF>USD</CURDEF>
<CCACCTFROM><ACCTID>4111111111111111</ACCTID></CCACCTFROM><BANKTRANLIST><DTSTART>20240101</DTSTART>
<DTEND>20240131</DTEND>
<STMTTRN><TRNTYPE>DEBIT</TRNTYPE><DTPOSTED>20240105</DTPOSTED><TRNAMT>-4.50</TRNAMT><FITID>c1</FITID>
<NAME>Fish &amp; Chips</NAME><MEMO><![CDATA[2 < 3]]></MEMO></STMTTRN>
</BANKTRANLIST><LEDGERBAL><BALAMT>-4.50</BALAMT><DTASOF>20240131</DTASOF></LEDGERBAL>
</CCSTMTRS></CCSTMTTRNRS></CREDITCARDMSGSRSV1></OFX>
"""

QIF = """\
!Account
NHousehold
TBank
^
!Type:Bank
D12/31'23
T1,000.00
POpening Balance
L[Household]
^
D1/13'24
U-1,234.56
T-1,234.56
PLandlord
MRent
LHome:Rent
^
D1/ 2/24
T-4.50
PBlue Heron
SFood
$-3.00
SGifts
$-1.50
^
"""

CAMT_HEAD = """\
<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><Stmt><Id>1</Id>
"""
CAMT_END = "</Stmt></BkToCstmrStmt></Document>\n"


def camt_account(iban: str = "DE89370400440532013000", currency: str = "EUR") -> str:
    return f"<Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>{currency}</Ccy></Acct>\n"


def camt_balance(code: str, amount: str, day: str, *, side: str = "CRDT") -> str:
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{amount}</Amt>'
        f"<CdtDbtInd>{side}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>\n"
    )


def camt_entry(amount: str, side: str, day: str, *, inner: str = "", status: str = "BOOK") -> str:
    return (
        f'<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts>{status}</Sts>'
        f"<BookgDt><Dt>{day}</Dt></BookgDt>{inner}</Ntry>\n"
    )


def camt_payment(amount: str, name: str, text: str, reference: str = "NOTPROVIDED", role: str = "Cdtr") -> str:
    return (
        f'<TxDtls><Refs><EndToEndId>{reference}</EndToEndId></Refs><AmtDtls><TxAmt><Amt Ccy="EUR">{amount}</Amt>'
        f"</TxAmt></AmtDtls><RltdPties><{role}><Nm>{name}</Nm></{role}></RltdPties>"
        f"<RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls>"
    )


def camt(*parts: str) -> str:
    return f"{CAMT_HEAD}{''.join(parts)}{CAMT_END}"
