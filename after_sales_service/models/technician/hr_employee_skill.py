from odoo import api, models
from odoo.exceptions import AccessError


class HrEmployeeSkill(models.Model):
    _inherit = "hr.employee.skill"

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        skills = super().create(vals_list)
        skills._after_sales_check_own_certificate()
        return skills

    def write(self, vals):
        self._after_sales_check_own_certificate()
        result = super().write(vals)
        self._after_sales_check_own_certificate()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_own_certificate(self):
        self._after_sales_check_own_certificate()

    # === BUSINESS === #
    def _after_sales_check_own_certificate(self):
        """Let nobody certify themselves for work that needs a certificate.

        Odoo lets every employee edit their own skills, certificates included. A rule
        could not stop it where the skills are written through another model.

        :raise AccessError: if the user changes a certificate of their own as a service
            technician without being an HR officer
        """
        user = self.env.user
        if user._is_superuser() or user.has_group("hr.group_hr_user"):
            return
        # sudo: only to learn whose skill it is and of which type.
        own = self.sudo().filtered(
            lambda skill: (
                skill.is_certification
                and skill.employee_id.user_id == user
                and skill.employee_id.is_after_sales_technician
            )
        )
        if own:
            raise AccessError(
                self.env._(
                    "Certificates of service technicians are entered by HR. Hand your "
                    "new certificate “%(name)s” to an HR officer.",
                    name=own[0].skill_id.name,
                )
            )
