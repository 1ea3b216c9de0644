namespace Crescent.Grains.Mutation.Validation;

/// <summary>Which variables an expression of admission may use besides those that all may.</summary>
internal readonly record struct ExpressionScope(bool HasParameters, bool HasAuthorizer)
{
    /// <summary>Match conditions of webhooks.</summary>
    public static readonly ExpressionScope Webhook = new(HasParameters: false, HasAuthorizer: true);
}
