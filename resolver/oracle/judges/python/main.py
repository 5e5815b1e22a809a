"""The judge of python and cli-v1: asks botocore, or the session of the AWS CLI,
for credentials, once a line of standard input. See package oracle."""
import argparse
import json
import os
import sys

import botocore.credentials
import botocore.session
import botocore.tokens

if sys.argv[1:] == ["cli-v1"]:
    import awscli.clidriver
    import awscli.customizations.assumerole
    import awscli.handlers


def home():
    """Moves the caches, whose names were made when the modules were loaded."""
    sso = os.path.expanduser("~/.aws/sso/cache")
    botocore.credentials.SSOProvider._SSO_TOKEN_CACHE_DIR = sso
    botocore.tokens.SSOTokenProvider._SSO_TOKEN_CACHE_DIR = sso
    if sys.argv[1:] == ["cli-v1"]:
        awscli.customizations.assumerole.CACHE_DIR = os.path.expanduser("~/.aws/cli/cache")


def session(profile):
    if sys.argv[1:] != ["cli-v1"]:
        return botocore.session.Session(profile=profile or None)
    # As CLIDriver.main does it (awscli@1.45.11/clidriver.py:209).
    s = awscli.clidriver.create_clidriver().session
    if profile:
        s.set_config_variable("profile", profile)
    s.emit("session-initialized", session=s, parsed_args=argparse.Namespace(profile=profile or None, command="sts"))
    return s


def ask(q):
    home()
    try:
        s = session(q["profile"])
        if q["key"]:
            s.set_credentials(q["key"], "x")
        c = s.get_credentials()
        if c is None:
            return {"outcome": "none"}
        f = c.get_frozen_credentials()
        return {"outcome": "credentials", "provider": c.method, "key": f.access_key, "token": bool(f.token)}
    except Exception as e:
        return {"outcome": "error", "error": f"{type(e).__name__}: {e}"}


# An answer of its own process: the SDK keeps what it has read.
for line in sys.stdin:
    q = json.loads(line)
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(read)
        null = os.open(os.devnull, os.O_RDWR)
        for n in (0, 1, 2):
            os.dup2(null, n)
        os.environ.clear()
        os.environ.update(q["env"])
        os.chdir(q["dir"])
        try:
            answer = ask(q)
        except BaseException as e:
            answer = {"outcome": "error", "error": repr(e)}
        with os.fdopen(write, "w") as out:
            json.dump(answer, out)
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        answer = pipe.read()
    os.waitpid(pid, 0)
    print(answer or '{"outcome": "error", "error": "it died"}', flush=True)
