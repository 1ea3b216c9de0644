using Crescent.Cel.Libraries;
using Crescent.Cel.Typing;
using Crescent.Cel.Values;

namespace Crescent.Cel;

/// <summary>The variable <c>authorizer</c>, and what its functions make on the way to a question.</summary>
public sealed class AuthorizerValue : CelValue
{
    private readonly CelType _type;

    internal AuthorizerValue(CelType type, IAccessChecks checks, AccessQuestion question) => (_type, Checks, Question) = (type, checks, question);

    public override CelType Type => _type;

    internal IAccessChecks Checks { get; }

    internal AccessQuestion Question { get; }

    public static AuthorizerValue Of(IAccessChecks checks) => new(AuthorizerLibrary.Authorizer, checks, new());

    /// <summary>With the resource asked about already.</summary>
    public static AuthorizerValue Of(IAccessChecks checks, AccessQuestion resource) => new(AuthorizerLibrary.Resource, checks, resource);

    public override string ToString() => _type.Name;

    internal AuthorizerValue With(CelType type, AccessQuestion question) => new(type, Checks, question);
}
