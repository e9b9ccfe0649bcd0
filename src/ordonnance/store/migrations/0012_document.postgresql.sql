-- Documents of préséries (prerequisites, kits, minutes), named by the SHA-256 of their bytes, which
-- the event that shares one repeats. Added, never changed.

CREATE TABLE preserie_document (
    preserie text COLLATE "C" NOT NULL,
    sha256 text COLLATE "C" NOT NULL,
    name text NOT NULL,
    media_type text NOT NULL,
    size integer NOT NULL,
    kept_at timestamptz NOT NULL,
    party text NOT NULL,
    content bytea NOT NULL,
    PRIMARY KEY (preserie, sha256)
);
