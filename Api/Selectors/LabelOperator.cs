namespace Crescent.Api.Selectors;

/// <summary>Operators of label selectors.</summary>
internal enum LabelOperator
{
    Exists,
    NotExists,
    In,
    NotIn,
    GreaterThan,
    LessThan,
}
