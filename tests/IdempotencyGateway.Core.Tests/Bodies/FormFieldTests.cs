using System.Text;
using IdempotencyGateway.Core.Bodies;

namespace IdempotencyGateway.Core.Tests.Bodies;

public class FormFieldTests
{
    [Theory]
    [InlineData("a=1&b=2", "b", "2")]
    [InlineData("a=x+y%2B%C3%A9", "a", "x y+é")]
    [InlineData("metadata%5Buser%5D=u1", "metadata[user]", "u1")]
    [InlineData("a=b=c", "a", "b=c")]
    [InlineData("a=1&a=1", "a", null)]
    [InlineData("a=1&%61=2", "a", null)]
    [InlineData("a=&b", "a", null)]
    [InlineData("a=&b", "b", null)]
    [InlineData("a=%FF", "a", null)]
    [InlineData("", "a", null)]
    public void The_only_field_of_a_name_is_found(string body, string name, string? expected) =>
        Assert.Equal(expected, FormField.FindText(Encoding.UTF8.GetBytes(body), name));
}
