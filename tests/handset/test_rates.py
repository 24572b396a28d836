"""The referee of pace."""

from tests.handset.conftest import CUSTOMER, OURS, SID, Handset


def test_the_fastest_window_of_each_number_is_counted_in_segments(handset: Handset) -> None:
    handset.put_number("+12125550101")
    handset.send("a" * 161)
    handset.send("b")
    handset.say("a customer's text does not count")
    handset.twilio.messages.create(to=CUSTOMER, from_="+12125550101", body="c")
    handset.behave(throttle=1)
    handset.refusal(to=CUSTOMER, from_=OURS, body="not accepted")

    wide = handset.control("GET", "/rates?window=60")["items"]
    assert [
        (rate["account"], rate["number"], rate["messages"], rate["segments"]) for rate in wide
    ] == [(SID, OURS, 2, 3), (SID, "+12125550101", 1, 1)]
    assert [rate["most_in_window"] for rate in wide] == [3, 1]
    assert wide[0]["first_at"] == handset.log("request")[0]["at"]
    assert wide[0]["last_at"] == handset.log("request")[1]["at"]
    narrow = handset.control("GET", "/rates?window=0.000001")["items"]
    assert [rate["most_in_window"] for rate in narrow] == [2, 1]
