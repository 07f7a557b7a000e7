//! What training data is drawn from, and how: the same everywhere.

/// A small generator (xorshift64*): training data is the same everywhere.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % limit
    }

    pub fn of<'a>(&mut self, options: &[&'a str]) -> &'a str {
        options[self.below(options.len())]
    }

    /// True once in so many times.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }
}

pub const SURNAMES: &[&str] = &[
    "王", "李", "张", "刘", "陈", "杨", "赵", "孙", "周", "徐", "马", "朱", "胡", "郭", "高", "林",
    "曹", "袁", "邓", "许", "傅", "沈", "曾", "彭", "吕", "苏", "卢", "蒋", "蔡", "贾",
];
pub const GIVEN: &[&str] = &[
    "建国", "秀英", "志强", "桂兰", "海涛", "玉梅", "春生", "凤霞", "永刚", "丽华", "德胜", "晓燕",
    "长河", "美玲", "立新", "淑珍", "卫东", "红梅", "保田", "素芳", "文博", "雪", "磊", "静", "伟",
    "娜", "勇", "芳", "军", "敏", "传宝", "家兴", "守义", "庆春", "广才", "新民",
];
pub const WORK_AREAS: &[&str] = &[
    "青岛市",
    "济南市",
    "江苏省苏州市",
    "浙江省杭州市",
    "上海市",
    "北京市",
    "烟台市",
    "天津市",
];
pub const NOTES: &[&str] = &[
    "孩子上学需要接送",
    "老人常年吃药",
    "希望在家附近找工作",
    "房屋漏雨",
];
