//! 联络员: whom to call at each of the eleven bodies, on every phone offline (C51).

use crate::Area;
use crate::area::Level;
use crate::field::Input;

crate::kind! {
    CONTACT "contact" in Together for [] by [Coordinator] is [Published];
    title Some("name");
    about [];
    steps None;
    NAME: String = "name" => Input::Text; required; personal,
    DEPARTMENT: String = "department" => Input::Department; required,
    PHONE: String = "phone" => Input::Phone; required,
    MOBILE: String = "mobile" => Input::Phone; personal,
    DUTY: String = "duty" => Input::Text,
    HOURS: String = "hours" => Input::Text,
    AREA: Area = "area" => Input::Area(Level::Province); required,
    NOTE: String = "note" => Input::LongText; personal,
}
