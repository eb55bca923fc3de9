import { useEffect, useRef } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { FormRenderer } from "@web/views/form/form_renderer";
import { formView } from "@web/views/form/form_view";

/**
 * The form of the Refresh dialog: tells screen readers what Odoo's frame leaves out, which
 * is the dialog's name, that its tabs belong together, and that it is no page of its own.
 */
export class RefreshFormRenderer extends FormRenderer {
    setup() {
        super.setup();
        const rootRef = useRef("compiled_view_root");
        useEffect(() => {
            const dialog = rootRef.el?.closest(".modal");
            if (dialog) {
                this.nameParts(dialog);
            }
        });
    }

    nameParts(dialog) {
        const set = (selector, attributes) => {
            for (const element of dialog.querySelectorAll(selector)) {
                for (const [name, value] of Object.entries(attributes)) {
                    element.setAttribute(name, value);
                }
            }
        };
        const title = dialog.querySelector(".modal-title");
        if (title) {
            dialog.setAttribute("aria-label", title.textContent);
            title.setAttribute("aria-level", "2");
        }
        set(".modal-header, .modal-footer, main", { role: "presentation" });
        set(".o_notebook_headers > ul", { role: "tablist" });
        set(".o_notebook_headers > ul > li", { role: "presentation" });
    }
}

export const refreshFormView = { ...formView, Renderer: RefreshFormRenderer };

registry.category("views").add("mrp_refresh_form", refreshFormView);
