-- E-mails of préséries: which letter is for which address, and whether it has left. What a letter
-- says is made from the events.

CREATE TABLE mail (
    preserie text NOT NULL,
    letter text NOT NULL,
    party text NOT NULL,
    address text NOT NULL,
    state text NOT NULL,
    created_at timestamptz NOT NULL,
    attempts integer NOT NULL,
    next_attempt_at timestamptz NOT NULL,
    problem text,
    sent_at timestamptz,
    proof text,
    PRIMARY KEY (preserie, letter, party, address)
) WITHOUT ROWID;

CREATE INDEX mail_waiting ON mail (next_attempt_at) WHERE state = 'WAITING';

CREATE INDEX mail_addressless ON mail (created_at) WHERE state = 'NO_ADDRESS';
