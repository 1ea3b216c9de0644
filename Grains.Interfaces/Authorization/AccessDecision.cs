namespace Crescent.Authorization;

/// <summary>An authorizer's answer. The reason is put into words only when somebody asks.</summary>
public readonly record struct AccessDecision
{
    private readonly object? _reason;

    private AccessDecision(bool isAllowed, object? reason)
    {
        IsAllowed = isAllowed;
        _reason = reason;
    }

    public bool IsAllowed { get; }

    /// <summary>Why, as <c>status.reason</c> of a review says it; may be empty.</summary>
    public string Reason => _reason?.ToString() ?? string.Empty;

    /// <param name="grant">Says why; its <c>ToString</c> is the reason.</param>
    public static AccessDecision Allow(object? grant = null) => new(true, grant);

    public static AccessDecision Refuse(string reason = "") => new(false, reason);
}
