using System.Text.Json;
using Crescent.Authentication;
using Crescent.Grains.Identity.AccountTokens;
using Crescent.Identity;
using Xunit;

namespace Crescent.Grains.Tests.Identity;

public sealed class AccountTokenPlannerTests
{
    private const string Pem = "PEM";

    [Fact]
    public void Plan_NewAccount_NeedsASecret()
    {
        var plan = AccountTokenPlanner.Plan(Account(), [], Pem, true);
        Assert.True(plan.NeedsSecret);
        Assert.Equal("[]", plan.References!.ToJsonString());
        Assert.False(AccountTokenPlanner.Plan(Account(), [], Pem, false).NeedsSecret);
    }

    [Fact]
    public void Plan_AccountThatNamesItsSecret_IsDone()
    {
        var plan = AccountTokenPlanner.Plan(Account("robot-token-abcde"), [Secret("robot-token-abcde")], Pem, true);
        Assert.False(plan.NeedsSecret);
        Assert.Null(plan.References);
        Assert.Empty(plan.Superfluous);
        Assert.Empty(plan.Incomplete);
    }

    [Fact]
    public void Plan_SecretMadeButNotNamed_IsNamedInsteadOfMakingAnother()
    {
        var plan = AccountTokenPlanner.Plan(Account("mine"), [Secret("robot-token-abcde")], Pem, true);
        Assert.False(plan.NeedsSecret);
        Assert.Equal("""[{"name":"mine"},{"name":"robot-token-abcde"}]""", plan.References!.ToJsonString());
    }

    [Fact]
    public void Plan_NamedSecretIsGone_DropsItsNameAndNeedsAnother_ButKeepsNamesOfOthers()
    {
        var plan = AccountTokenPlanner.Plan(Account("robot-token-abcde", "mine"), [], Pem, true);
        Assert.True(plan.NeedsSecret);
        Assert.Equal("""[{"name":"mine"}]""", plan.References!.ToJsonString());
    }

    [Fact]
    public void Plan_SecretSomebodyMade_CountsOnlyWhenTheAccountNamesIt()
    {
        Assert.True(AccountTokenPlanner.Plan(Account(), [Secret("hand-made")], Pem, true).NeedsSecret);
        Assert.False(AccountTokenPlanner.Plan(Account("hand-made"), [Secret("hand-made")], Pem, true).NeedsSecret);
    }

    [Theory]
    [InlineData("", "PEM", "ns", "u")]
    [InlineData("t", "OLD", "ns", "u")]
    [InlineData("t", "PEM", "other", "u")]
    [InlineData("t", "PEM", "ns", "")]
    public void Plan_SecretThatLacksSomething_IsFilled(string token, string pem, string ns, string uid)
    {
        var secret = Secret("hand-made") with { Token = token, CertificatePem = pem, Namespace = ns, AccountUid = uid };
        Assert.Equal([secret], AccountTokenPlanner.Plan(Account(), [secret], Pem, false).Incomplete);
    }

    [Fact]
    public void Plan_SecretOfAnAccountThatIsGone_IsDeleted()
    {
        var former = Secret("robot-token-abcde") with { AccountUid = "before" };
        var plan = AccountTokenPlanner.Plan(Account("robot-token-abcde"), [former], Pem, true);
        Assert.Equal([former], plan.Superfluous);
        Assert.Empty(plan.Incomplete);
        Assert.True(plan.NeedsSecret);
        Assert.Equal([former], AccountTokenPlanner.Plan(null, [former], Pem, true).Superfluous);
    }

    private static JsonElement Account(params string[] secrets) => JsonSerializer.SerializeToElement(
        new { metadata = new { name = "robot", uid = "u" }, secrets = secrets.Select(static name => new { name }) });

    private static AccountTokenSecret Secret(string name) =>
        new(new(KnownTypes.Secrets, "ns", name), "secret-uid", "robot", "u", "t", Pem, "ns");
}
