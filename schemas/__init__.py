"""What is true: everything declared. Rules, reasons, profiles, tables, code lists, errors.

Glossary, one word per thing:

campaign    采集批次  one round of capture: its inputs, its profile, its output folder
profile     规格      what the receiver wants, as data with a citation for every number
roster      名册      the students as the school exports them
enrolment   学籍      one roster row; keyed by 学号, since one person can hold two
session     场次      one line of the schedule: room, date, start, end, unit, expected head count
capture     拍摄      one image file off a camera, with what is known of it
capture log 采集日志  what the ID-card reader or code scanner wrote at the camera
link        人像对应  capture <-> enrolment, with the evidence for it
photo       照片      the delivered picture and its measured facts
record      记录      one line of a receiver's table (diploma, degree, image index)
bundle      上报包    what is submitted: photos, tables, manifest
finding     发现      one reason that holds for one enrolment, capture, session or campaign
reject      退回      an enrolment left out, with every finding that says why
waiver      豁免      a person's decision to accept one reason for one student
ledger      台账      the database that remembers every run, decision and bundle

Column names end in what they hold: `_no` a number people type (text!), `_id` an identifier, `_code` a key
into a code table, `_name` text for people, `_path` relative to its folder, `_on` a date, `_at` a timestamp
as the camera or reader wrote it (local, no zone), `_px` `_kb` `_pct` `_deg` the unit; `is_` and `has_`
begin a boolean.
"""
