"""The suites, one file per record type: each is a list of rules, and a rule is an expectation with its reason code.

A suite may assume the schema: nulls, types, enumerations and lengths that the schema already checked are not checked again, save
where a wrong schema would let personal data out.
"""
