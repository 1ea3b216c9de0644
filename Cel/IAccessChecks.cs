namespace Crescent.Cel;

/// <summary>Answers what <c>authorizer</c> asks, for the user of the request or for a service account.</summary>
public interface IAccessChecks
{
    AccessAnswer Check(AccessQuestion question);
}
