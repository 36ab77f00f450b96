import pytest
from yarl import URL

from bot.feeds.guard import OPEN, Guard, is_public


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "192.0.0.192",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "168.63.129.16",
        "::",
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fd00:ec2::254",
        "fec0::1",
        "ff02::1",
        "2001:db8::1",
        "::127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:7f00:1",
        "64:ff9b::a00:1",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2002:a00:1::1",
        "2001:0:a00:1::1",
        "127.1",
        "0x7f000001",
        "",
        "localhost",
    ],
)
def test_an_address_inside_is_never_taken_for_a_public_one(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101", "2002:101:101::1"],
)
def test_a_public_address_passes_in_each_of_its_forms(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://feeds.example/all.xml",
        "gopher://feeds.example/",
        "/rss/all.xml",
        "http://feeds.example:22/",
        "http://feeds.example:6379/",
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
        "https://169.254.169.254/latest/meta-data/",
    ],
)
def test_a_url_that_strangers_may_not_use_is_refused_in_a_line(url: str) -> None:
    refusal = Guard().refusal(URL(url))
    assert refusal
    assert "\n" not in refusal


@pytest.mark.parametrize("url", ["http://feeds.example/a", "https://feeds.example:8443/a", "http://1.1.1.1:8080/"])
def test_a_public_web_address_is_not_refused(url: str) -> None:
    assert Guard().refusal(URL(url)) == ""


def test_the_operator_may_use_any_port_and_address_but_no_other_scheme() -> None:
    assert OPEN.refusal(URL("http://10.0.0.1:9999/feed")) == ""
    assert OPEN.refusal(URL("file:///etc/passwd"))
