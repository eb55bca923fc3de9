from odoo.tests import tagged

from .common_free_time import FreeTimeCase, day


@tagged("post_install", "-at_install")
class TestSeveralPlanners(FreeTimeCase):
    """Locks and committed bookings, with real connections to the database."""

    def other_env(self):
        cr = self.registry.cursor()
        self.addCleanup(cr.close)
        return self.env(cr=cr)

    def test_work_center_is_locked_until_the_other_transaction_ends(self):
        ids = [910001, 910002, 910003]  # locks need no records
        first, second = self.other_env(), self.other_env()
        centers = first["mrp.workcenter"].browse([910003, 910002])
        self.assertFalse(centers._lock_for_planning(0))
        mine = second["mrp.workcenter"].browse(reversed(ids))
        self.assertEqual(mine._lock_for_planning(0.05).ids, [910002, 910003])
        second.cr.execute("SELECT 1")  # the transaction goes on
        self.assertEqual(
            first["mrp.workcenter"].browse(910001)._lock_for_planning(0).ids, [910001]
        )
        first.cr.rollback()
        self.assertFalse(mine._lock_for_planning(0))
        second.cr.commit()
        self.assertFalse(centers._lock_for_planning(0))

    def test_lock_is_ours_as_often_as_we_ask(self):
        centers = self.Workcenter.browse([910004, 910005])
        self.assertFalse(centers._lock_for_planning(0))
        self.assertFalse(centers._lock_for_planning(0))
        self.assertFalse(self.Workcenter._lock_for_planning(0))

    def test_wait_for_a_lock_is_bounded_and_ends_when_it_is_free(self):
        first, second = self.other_env(), self.other_env()
        first["mrp.workcenter"].browse(910006)._lock_for_planning(0)
        mine = second["mrp.workcenter"].browse(910006)
        pauses = []

        def pause(seconds):
            pauses.append(seconds)
            if len(pauses) == 3:
                first.cr.rollback()

        self.patch(type(mine), "_pause_for_lock", lambda _self, sec: pause(sec))
        self.assertFalse(mine._lock_for_planning(10))
        self.assertEqual(len(pauses), 3)
        del pauses[:]
        third = first["mrp.workcenter"].browse(910006)
        self.patch(type(mine), "_pause_for_lock", lambda _self, s: pauses.append(s))
        self.assertEqual(third._lock_for_planning(0.5), third)
        self.assertAlmostEqual(sum(pauses), 0.5, places=1)

    def test_booking_committed_after_we_began_is_seen_through_another_cursor(self):
        before = self.other_env()  # its snapshot is older than the booking
        writer = self.other_env()
        center = writer["mrp.workcenter"].create({"name": "Center"})
        center.resource_calendar_id = False
        resource = center.resource_id
        writer.cr.commit()
        booking = writer["resource.calendar.leaves"]
        try:
            before.cr.execute("SELECT 1")
            booking = booking.create(
                {
                    "resource_id": resource.id,
                    "date_from": day(0),
                    "date_to": day(1),
                    "time_type": "other",
                }
            )
            writer.cr.commit()
            ours = before["mrp.workcenter"].browse(center.id)
            self.assertEqual(self.first_free(ours, day(0), 1)[0], day(0))
            after = self.other_env()
            self.assertEqual(
                self.first_free(ours, day(0), 1, extra_env=after)[0], day(1)
            )
            released = ours.env["resource.calendar.leaves"].browse(booking.id)
            self.assertEqual(
                self.first_free(ours, day(0), 1, release=released, extra_env=after)[0],
                day(0),
            )
        finally:
            before.cr.rollback()
            booking.unlink()
            center.unlink()
            resource.exists().unlink()
            writer.cr.commit()

    def test_booking_that_we_moved_or_deleted_is_not_seen_through_another_cursor(self):
        writer = self.other_env()
        center = writer["mrp.workcenter"].create({"name": "Center"})
        center.resource_calendar_id = False
        resource = center.resource_id
        bookings = writer["resource.calendar.leaves"].create(
            [
                {
                    "resource_id": resource.id,
                    "date_from": day(number),
                    "date_to": day(number + 1),
                    "time_type": "other",
                }
                for number in range(2)
            ]
        )
        writer.cr.commit()
        here = self.other_env()
        ours = here["mrp.workcenter"].browse(center.id)
        first, second = here["resource.calendar.leaves"].browse(bookings.ids)
        try:
            with here.cr.savepoint(), here.cr.savepoint():
                first.write({"date_from": day(5), "date_to": day(6)})
            rolled_back = here.cr.savepoint()
            second.unlink()
            rolled_back.close(rollback=True)
            after = self.other_env()
            for length, start in ((24, day(0)), (25, day(2)), (73, day(6))):
                self.assertEqual(
                    self.first_free(ours, day(0), length, extra_env=after)[0], start
                )
            second.unlink()
            self.assertEqual(
                self.first_free(ours, day(0), 25, extra_env=after)[0], day(0)
            )
        finally:
            here.cr.rollback()
            bookings.unlink()
            center.unlink()
            resource.exists().unlink()
            writer.cr.commit()
