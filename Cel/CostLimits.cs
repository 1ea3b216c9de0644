namespace Crescent.Cel;

/// <summary>Kubernetes' limits, in its units of cost.</summary>
public static class CostLimits
{
    /// <summary>For one expression, about a tenth of a second.</summary>
    public const long PerExpression = 1_000_000;

    /// <summary>For all expressions of one policy and binding, about a second.</summary>
    public const long PerPolicy = 10_000_000;

    /// <summary>For all match conditions of one policy or webhook.</summary>
    public const long PerMatchConditions = 2_500_000;
}
