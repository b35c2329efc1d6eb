"""The demo's command: ports, logins, what it prints."""

import socket

import pytest

from tooling import demo
from tooling.ui import Problem


def test_a_free_port_is_accepted():
    demo.check_port(demo.free_port())


def test_a_taken_port_is_told_with_the_way_out():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Problem, match=rf"port {port} .* --port \d+"):
            demo.check_port(port)


def test_a_port_out_of_range_is_told():
    with pytest.raises(Problem, match="99999"):
        demo.check_port(99999)


def test_logins_come_from_the_demo_data_and_the_administrator(tmp_path):
    path = tmp_path / "logins.csv"
    path.write_text("role,login,password\nTechnician,li,secret\n", "utf-8")
    rows = demo.read_logins(path)
    assert rows == [("Technician", "li", "secret"), demo.ADMINISTRATOR]


def test_without_demo_data_the_administrator_logs_in(tmp_path):
    assert demo.read_logins(tmp_path / "none.csv") == [demo.ADMINISTRATOR]


def test_the_address_and_each_login_are_printed():
    text = demo.welcome("http://127.0.0.1:8069", [("Agent", "anna", "pw")])
    assert "http://127.0.0.1:8069" in text
    assert "Agent  anna / pw" in text


def test_options():
    options = demo.parse(["--empty", "--port", "8070"])
    assert (options.empty, options.port, options.reset) == (True, 8070, False)
