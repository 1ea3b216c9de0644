using System.Collections.Immutable;
using Crescent.Authentication;
using Crescent.Authorization;

namespace Crescent.Api.Limits;

/// <summary>A FlowSchema, compiled.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Uid">Its uid; empty when nobody has stored it yet.</param>
/// <param name="Precedence">The smallest that matches decides.</param>
/// <param name="Level">Where its requests go.</param>
/// <param name="Distinguisher"><c>ByUser</c>, <c>ByNamespace</c>, or empty: one flow.</param>
/// <param name="Rules">Any of them must match.</param>
/// <param name="Counts">What became of its requests.</param>
internal sealed record FlowSchema(
    string Name, string Uid, int Precedence, PriorityLevel Level, string Distinguisher, ImmutableArray<FlowRule> Rules, FlowCounts Counts)
{
    /// <summary>The flow of a request: requests of a flow wait behind each other, those of different flows beside.</summary>
    public string FlowOf(in AccessRequest request) => Distinguisher switch
    {
        "ByUser" => request.User.Name,
        "ByNamespace" => request.Namespace,
        _ => "",
    };

    /// <summary>Its rules that speak of a user; what is left to ask is the request's.</summary>
    public ImmutableArray<FlowRule> RulesFor(UserInfo user) => Rules.RemoveAll(rule => !rule.SpeaksOf(user));
}
